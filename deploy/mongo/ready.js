// The health check of the database's container. On the first run it makes this node a replica set and creates the
// services' user: MongoDB lets the first user be made from the node itself alone.
const password = fs.readFileSync("/run/secrets/mongo_password", "utf8").trim();
const admin = db.getSiblingDB("admin");

function signedIn() {
  try {
    return admin.auth("tousu", password).ok === 1;
  } catch (refusal) {
    return false;
  }
}

function initiate() {
  try {
    rs.initiate({_id: "rs0", members: [{_id: 0, host: "mongo:27017"}]});
  } catch (refusal) {
    if (refusal.codeName !== "AlreadyInitialized") throw refusal;
  }
}

if (!signedIn()) {
  if (!db.hello().isWritablePrimary) initiate();
  if (!db.hello().isWritablePrimary) quit(1);
  admin.createUser({user: "tousu", pwd: password, roles: ["readWriteAnyDatabase", "clusterMonitor"]});
}
quit(db.hello().isWritablePrimary ? 0 : 1);
