package dev.ringpost.events;

import dev.ringpost.call.OddField;

/** A listener to what was odd about an invite that rings all the same; for measurement only. */
public interface InviteListener {

  /** The listener that hears nothing, for whoever reads an invite that a worker reads as well. */
  InviteListener UNHEARD =
      new InviteListener() {
        @Override
        public void oddField(OddField field) {}

        @Override
        public void withoutTime() {}

        @Override
        public void clockSkewed() {}

        @Override
        public void customFieldsDropped(int fields) {}
      };

  /** An optional field came as another kind of value, and was used or ignored. */
  void oddField(OddField field);

  /** The invite does not say when the caller asked. */
  void withoutTime();

  /** The invite came from the future: some clock disagrees with ours. */
  void clockSkewed();

  /** So many of the app's own fields had no room in the push. */
  void customFieldsDropped(int fields);
}
