"""Where in the product the seams lie, and which services pass there."""

STORE, RELAY = "shared.documents:Documents", "shared.outbox:OutboxRelay"
INBOX, RPC, DEAD = "shared.bus.inbox:Inbox", "shared.bus.rpc:RpcConsumer", "shared.bus.deadletters:DeadLetters"
CONSUMER = "shared.bus.consumer:Consumer"
PAYMENTS, BOSS = "services.refund.payments:Payments", "services.refund.billing:Boss"
DISPATCH, LINK = "services.notify.dispatch:Dispatch", "services.notify.carriers.link:Link"
DELIVERIES, DESK = "services.notify.carriers.deliveries:Deliveries", "services.escalation.wishes:Wishes"
CONNECTION, EARLY = "services.notify.carriers.connection:Connection", "services.notify.receipts.store:EarlyReceipts"
CALL, WIRE = "shared.bus.call:RemoteService.call", "shared.bus.wire:Wire"
LETTERS, AGAIN = "services.letters:LetterDesk", "shared.bus.announcing:Again.send"
BATCH, RECORD = "shared.bus.announcing:Batch.confirmed", "shared.bus.inbox_record:InboxRecord"
COPIES, DOUBTS = "services.refund.copies.store:ComplaintCopies", "services.notify.doubts.watching:Watching"
WORKER, CARRIER = "shared.bus.container:Container._worker_setup", "services.notify.carriers.service:CarrierLink"

REFUND, NOTIFY, ESCALATION = ("refund",), ("notify",), ("escalation",)
CALLING, IN_BULK = ("escalation", "refund"), ("escalation", "notify")
