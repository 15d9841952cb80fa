package dev.ringpost.call;

/** An optional field of an invite, which may have come as another kind of value than promised. */
public enum OddField {
  CALL_UUID("callUuid"),
  CALLER_NAME("caller.name"),
  INVITED_AT("invitedAt"),
  EXPIRES_AT("expiresAt"),
  RING_SECONDS("ringSeconds"),
  APP("app"),
  EXCLUDE_DEVICES("excludeDevices"),
  CUSTOM("custom");

  private final String json;

  OddField(String json) {
    this.json = json;
  }

  /** Its name in the invite. */
  public String json() {
    return json;
  }
}
