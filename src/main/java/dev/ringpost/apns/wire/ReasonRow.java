package dev.ringpost.apns.wire;

import dev.ringpost.apns.wire.ReasonTable.OfConnection;
import dev.ringpost.delivery.PushOutcome;

/**
 * One answer of APNs and all that it means. The page {@code docs/apns.md}, {@code ringpost push}
 * and {@code ringpost check} show it, the routes act on it.
 *
 * @param reason Apple's word; empty where there is none
 * @param outcome for the push; a 410's time is added to it
 * @param fault whose it is
 * @param connection what it says of the connection that brought it
 * @param meaning one sentence for a person
 * @param fix one or two sentences, an order to a person
 * @param why this outcome, in one to three sentences
 */
public record ReasonRow(
    int status,
    String reason,
    PushOutcome outcome,
    Fault fault,
    OfConnection connection,
    String meaning,
    String fix,
    String why) {

  /** The party whose fault an answer is. */
  public enum Fault {
    /** Nobody's: APNs accepted the push. */
    NOBODY("–"),
    /** The device token's. */
    TOKEN("token"),
    /** App, credential and token do not go together. */
    APP("app"),
    /** The request's, without regard to whom it is for. */
    REQUEST("request"),
    /** The key's or certificate's, or this machine's clock's. */
    CREDENTIAL("credential"),
    /** The connection's. */
    CONNECTION("connection"),
    /** Too much was asked of APNs in a short time. */
    RATE("rate"),
    /** APNs' own. */
    APNS("APNs"),
    /** Not known: Apple has not documented the reason. */
    UNKNOWN("unknown");

    private final String word;

    Fault(String word) {
      this.word = word;
    }

    /** The word in tables. */
    public String word() {
      return word;
    }
  }
}
