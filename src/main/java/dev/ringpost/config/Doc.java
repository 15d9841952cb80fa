package dev.ringpost.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a key means to an operator; {@code docs/configuration.md} is made of these words. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Doc {
  String value();

  /** Whether a configuration without the key is a problem. */
  boolean required() default false;
}
