package dev.ringpost.call;

/**
 * What is wrong with a record.
 *
 * @param reason the code
 * @param detail words for a person, which name the field and the fix and never quote the value
 */
public record Flaw(DeadLetterReason reason, String detail) {}
