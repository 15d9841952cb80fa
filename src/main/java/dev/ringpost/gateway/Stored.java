package dev.ringpost.gateway;

/** The answer to a request that only stores a record. */
final class Stored {

  private Stored() {}

  static HttpAnswer answer(Written written) {
    return switch (written) {
      case Written.Stored(_, _) -> HttpAnswer.empty(204);
      case Written.NotStored(String why) ->
          HttpAnswer.problem(
                  503,
                  "not_stored",
                  "Kafka is not known to have the record (" + why + "); send it again")
              .with("Retry-After", "1");
    };
  }
}
