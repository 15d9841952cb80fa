package dev.ringpost.tools.topics;

/** What the cluster says to one question about one topic. */
public sealed interface BrokerReply<T> {

  record Given<T>(T value) implements BrokerReply<T> {}

  record Failed<T>(Throwable reason) implements BrokerReply<T> {}
}
