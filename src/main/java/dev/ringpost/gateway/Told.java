package dev.ringpost.gateway;

import dev.ringpost.call.CallId;
import java.util.Set;

/**
 * A result, as it stands on its topic, without the CloudEvent around it if there is one.
 *
 * @param call the call
 * @param callee as the result names it; empty if the invite could not be read
 * @param invite the place of the invite's record
 * @param last whether nothing more follows for this record
 * @param verdict the word
 * @param json the whole object, passed on as it is
 */
record Told(CallId call, String callee, Place invite, boolean last, String verdict, String json) {

  /** The place of a record, of an invite or of a result. */
  record Place(int partition, long offset) {}

  /** The word for a record that repeats another one. */
  static final String DUPLICATE = "duplicate";

  /** The words of second verdicts, which follow a final one: whether a phone rang. */
  private static final Set<String> SECOND = Set.of("rang", "silent");

  /** Whether it tells what became of an accepted call, and not how an invite ended. */
  boolean isSecond() {
    return SECOND.contains(verdict);
  }

  boolean isDuplicate() {
    return verdict.equals(DUPLICATE);
  }
}
