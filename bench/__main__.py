"""`python -m bench` (make bench): every measured claim, one after the other."""

from bench import register

if __name__ == "__main__":
    register.main()
