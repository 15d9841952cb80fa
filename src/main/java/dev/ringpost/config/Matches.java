package dev.ringpost.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a text must look like: a pattern for the program, words for people. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Matches {
  String value();

  /** Completes the sentence "write …". */
  String words();
}
