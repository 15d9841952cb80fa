package dev.ringpost.call;

import org.jspecify.annotations.Nullable;

/** A record's header, untouched. Headers may repeat, and their values may be null. */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
public record RecordHeader(String key, byte @Nullable [] value) {}
