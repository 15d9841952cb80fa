package dev.ringpost.tools;

/** What the cluster says to one question about one topic. */
sealed interface Answer<T> {

  record Given<T>(T value) implements Answer<T> {}

  record Failed<T>(Throwable reason) implements Answer<T> {}
}
