package dev.ringpost.tools.topics;

/** The reply of the cluster to one question about one topic. */
public sealed interface BrokerReply<T> {

  record Given<T>(T value) implements BrokerReply<T> {}

  record Failed<T>(Throwable reason) implements BrokerReply<T> {}
}
