package dev.ringpost.call;

/**
 * A fault in a record that makes it unusable.
 *
 * @param reason the code
 * @param detail words for a person, which name the field and the fix and never quote the value
 */
public record Flaw(DeadLetterReason reason, String detail) {}
