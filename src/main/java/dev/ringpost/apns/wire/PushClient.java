package dev.ringpost.apns.wire;

import com.eatthepath.pushy.apns.ApnsPushNotification;
import com.eatthepath.pushy.apns.PushNotificationResponse;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A client of one connection to APNs: what the engine asks of Pushy. Lives on the loop. */
public interface PushClient {

  /**
   * Writes a push, whose token it asks for right before that, and completes with APNs' answer, on
   * the loop. The first one opens the connection.
   */
  <T extends ApnsPushNotification> CompletableFuture<PushNotificationResponse<T>> send(T push);

  /** Closes the connection; completes when that is done, on the loop. */
  CompletableFuture<Void> close();

  /** The factory of the clients of one route. */
  interface Factory {

    /** A new attempt to connect; its time begins to run. */
    Attempt attempt();

    /** APNs called the provider token expired. */
    void tokenExpired();
  }

  /** An attempt to bring up one connection. */
  interface Attempt {

    /** Builds the client, which is not connected, and tells of it on any thread. */
    void begin(FrameInterceptor.Listener connection, Taker taker);

    /** What the connection failed of, also once it was open, if that is known. */
    @Nullable Throwable failure();

    /** What was seen of it as a failure in words, by the cause that Pushy gives if it gives one. */
    Throwable explained(@Nullable Throwable given);
  }

  /** The taker of a client that was built. */
  interface Taker {

    void built(PushClient client);

    /** There is no client, for there is no address, or no TLS. */
    void failed(IOException why);
  }
}
