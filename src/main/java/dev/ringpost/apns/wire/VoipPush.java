package dev.ringpost.apns.wire;

import com.eatthepath.pushy.apns.ApnsPushNotification;
import com.eatthepath.pushy.apns.DeliveryPriority;
import com.eatthepath.pushy.apns.PushType;
import org.jspecify.annotations.Nullable;

/** The common part of all VoIP pushes. */
public interface VoipPush extends ApnsPushNotification {

  @Override
  default DeliveryPriority getPriority() {
    return DeliveryPriority.IMMEDIATE;
  }

  @Override
  default PushType getPushType() {
    return PushType.VOIP;
  }

  /** None: every call rings for itself. */
  @Override
  default @Nullable String getCollapseId() {
    return null;
  }
}
