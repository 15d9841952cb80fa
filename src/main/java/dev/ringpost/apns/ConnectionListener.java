package dev.ringpost.apns;

import com.eatthepath.pushy.apns.PushNotificationResponse;
import dev.ringpost.apns.path.Loss;
import org.jspecify.annotations.Nullable;

/** The listener to the life of a connection, called on the loop. */
interface ConnectionListener {

  /** It is up. */
  void opened(ApnsConnection connection);

  /** It had its first good answer. */
  void proven();

  /** It serves badly. */
  void doubt(ApnsConnection connection, Loss why);

  /** It is of no more use. */
  void broken(ApnsConnection connection, Loss loss, @Nullable Throwable cause);

  /** It was given up and is closed. */
  void left(ApnsConnection connection);

  /** The listener to the pushes on a route's connections, called on the loop. */
  interface Traffic {

    /** A try is over: APNs answered, or Pushy failed it. */
    void ended(
        ApnsConnection connection,
        PushTry pushTry,
        @Nullable PushNotificationResponse<PushTry> response,
        @Nullable Throwable failure);

    /** A push is without an answer for so long that its try is given up. */
    void gaveUpOn(PushTry pushTry);

    /** A place may be free. */
    void streamFreed();

    /** APNs sent GOAWAY on a connection. */
    void toldToLeave(String reason);
  }
}
