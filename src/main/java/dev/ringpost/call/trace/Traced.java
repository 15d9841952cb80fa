package dev.ringpost.call.trace;

import java.util.Optional;

/** A thing that may belong to a trace of its sender's. The log names the trace beside it. */
public interface Traced {

  /** Its trace, if it came with a header that is valid. */
  Optional<TraceContext> trace();
}
