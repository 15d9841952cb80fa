package dev.ringpost.events;

/**
 * The reason why a record is skipped.
 *
 * @param reason the code
 * @param detail words for a person, which name the field and the fix and never quote the value
 */
public record Unusable(UnusableReason reason, String detail) {}
