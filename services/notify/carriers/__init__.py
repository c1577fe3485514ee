"""The carrier link: one long TCP connection per account, whatever protocol is spoken on it.

`link` keeps the connection (login, window, keepalive, reconnect, drain); `dialect` says what a protocol must bring
(codec, login, receipt parsing); `smpp` is SMPP 3.4.
"""
