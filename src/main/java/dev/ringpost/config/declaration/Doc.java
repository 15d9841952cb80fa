package dev.ringpost.config.declaration;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The meaning of a key to an operator. It makes a record component a key; {@code
 * docs/configuration.md} and {@code docs/ringpost.schema.json} are made of these words.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Doc {
  String value();

  /** Whether a configuration without the key is a problem, as far as its group is there. */
  boolean required() default false;

  /** The last part of the key where Java does not allow it as a name. */
  String name() default "";
}
