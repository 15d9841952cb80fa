package dev.ringpost.intake;

import dev.ringpost.call.OddField;
import dev.ringpost.events.InviteListener;
import dev.ringpost.telemetry.IntakeMeters;

/** The meters of what was odd about invites. */
public record InviteOddities(IntakeMeters meters) implements InviteListener {

  @Override
  public void oddField(OddField field) {
    meters.oddField(field);
  }

  @Override
  public void withoutTime() {
    meters.withoutTime();
  }

  @Override
  public void clockSkewed() {
    meters.clockSkewed();
  }

  @Override
  public void customFieldsDropped(int fields) {
    meters.customFieldsDropped(fields);
  }
}
