package dev.ringpost.gateway;

import dev.ringpost.call.CallId;
import dev.ringpost.call.UserId;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The memory of invites that were posted: one that is posted again is not published again. What
 * Kafka did not store is forgotten at once, so that its repeat is a new try. Bounded; safe for many
 * threads.
 */
final class Posts {

  /**
   * The identity of a post: those that share it are one.
   *
   * @param key the client's idempotency key; empty without one
   */
  record Identity(CallId call, UserId callee, String key) {}

  /** The judgement of a post. */
  sealed interface Claim {

    /** The first of its identity: it is to be published, and its end told. */
    record First(CompletableFuture<Written> end) implements Claim {}

    /** A repeat: its end is that of the first. */
    record Repeat(CompletableFuture<Written> end) implements Claim {}

    /** A post of the same identity that says something else. */
    record Other() implements Claim {}
  }

  private record Post(String digest, CompletableFuture<Written> end) {}

  private final LinkedHashMap<Identity, Post> posts;

  /**
   * @param bound on the posts that are remembered
   */
  Posts(int bound) {
    this.posts =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Identity, Post> eldest) {
            return size() > bound;
          }
        };
  }

  /** Claims an identity for a body. */
  synchronized Claim claim(Identity identity, byte[] body) {
    String digest = digest(body);
    Post known = posts.get(identity);
    if (known == null) {
      var end = new CompletableFuture<Written>();
      posts.put(identity, new Post(digest, end));
      return new Claim.First(end);
    }
    return known.digest.equals(digest) ? new Claim.Repeat(known.end) : new Claim.Other();
  }

  /** Forgets a post that was not stored. */
  synchronized void forget(Identity identity) {
    posts.remove(identity);
  }

  private static String digest(byte[] body) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
