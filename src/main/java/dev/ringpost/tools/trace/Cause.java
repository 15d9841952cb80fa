package dev.ringpost.tools.trace;

/**
 * The likely cause of how a call went for one callee.
 *
 * @param code for machines: that of a {@link CauseCode}, an outcome of a device, or the reason of a
 *     dead letter
 * @param words one or two sentences for a person
 * @param fix what to do, an order to a person; empty if there is nothing to do
 */
record Cause(String code, String words, String fix) {

  Cause(CauseCode code, String words, String fix) {
    this(code.wire(), words, fix);
  }
}
