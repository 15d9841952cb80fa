package dev.ringpost.gateway;

import dev.ringpost.call.OddField;
import dev.ringpost.events.InviteListener;

/** The listener that hears nothing: the worker that reads the record counts what is odd in it. */
enum Oddities implements InviteListener {
  UNHEARD;

  @Override
  public void oddField(OddField field) {}

  @Override
  public void withoutTime() {}

  @Override
  public void clockSkewed() {}

  @Override
  public void customFieldsDropped(int fields) {}
}
