package dev.ringpost.apns.diagnosis;

/** What stopped it and what to do about it. */
record PathTrouble(String what, String todo) {}
