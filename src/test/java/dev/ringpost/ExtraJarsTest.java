package dev.ringpost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.InvalidConfigException.Problem;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.OperatorJar;
import dev.ringpost.testing.apns.LocalCredentials;
import dev.ringpost.tools.check.SettingsCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Jars of the operator's, in a folder: Kafka's clients find their classes there. */
@Timeout(120)
class ExtraJarsTest {

  private static final String APP = "com.example.phone";

  /** As a cloud's login has: a module, and a handler that knows who we are. */
  private static final String CLOUD =
      """
      package com.example.cloud;

      import java.util.List;
      import java.util.Map;
      import javax.security.auth.Subject;
      import javax.security.auth.callback.Callback;
      import javax.security.auth.callback.CallbackHandler;
      import javax.security.auth.login.AppConfigurationEntry;
      import javax.security.auth.spi.LoginModule;
      import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;

      public class Cloud implements AuthenticateCallbackHandler {
        public void configure(Map<String, ?> settings, String mechanism, List<AppConfigurationEntry> entries) {}
        public void handle(Callback[] callbacks) {}
        public void close() {}

        public static class Module implements LoginModule {
          public void initialize(Subject subject, CallbackHandler handler, Map<String, ?> shared, Map<String, ?> options) {}
          public boolean login() { return true; }
          public boolean commit() { return true; }
          public boolean abort() { return true; }
          public boolean logout() { return true; }
        }
      }
      """;

  @TempDir Path folder;

  private final ClassLoader before = Thread.currentThread().getContextClassLoader();
  private RingpostConfig config;

  @BeforeEach
  void write() throws Exception {
    config =
        ConfigLoader.load(
            ConfigFile.of(
                    "127.0.0.1:9",
                    Map.of(
                        "security.protocol", "SASL_SSL",
                        "sasl.mechanism", "PLAIN",
                        "sasl.login.callback.handler.class", "com.example.cloud.Cloud",
                        "sasl.jaas.config", "com.example.cloud.Cloud$Module required;"))
                .with("apps:\n")
                .andApp(APP, LocalCredentials.in(folder).clientCertificate(APP, "s3cret"))
                .write(folder.resolve("ringpost.yaml")),
            Map.of(ExtraJars.VARIABLE, "/is/no/key/of/the/configuration"),
            InstantSource.system());
  }

  @AfterEach
  void leave() {
    Thread.currentThread().setContextClassLoader(before);
  }

  @Test
  void kafkasClientsFindTheirClassesInAFolder() throws Exception {
    Path jars = jars();

    assertThat(problems()).as("without them").isNotEmpty();
    ExtraJars.use(Map.of(ExtraJars.VARIABLE, jars.toString()));

    assertThat(problems()).isEmpty();
    assertThat(in(Thread.ofVirtual())).as("in a virtual thread").isEmpty();
    assertThat(in(Thread.ofPlatform())).as("in a platform thread").isEmpty();
  }

  @Test
  void withoutAFolderNothingChanges() throws Exception {
    ExtraJars.use(Map.of());
    ExtraJars.use(Map.of(ExtraJars.VARIABLE, ""));

    assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
  }

  @Test
  void whatIsNoFolderOfJarsIsAProblem() throws Exception {
    Path empty = Files.createDirectory(folder.resolve("empty"));

    assertThatThrownBy(() -> ExtraJars.use(Map.of(ExtraJars.VARIABLE, empty.toString())))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("RINGPOST_EXTRA_JARS: " + empty + " holds no file");
    assertThatThrownBy(() -> ExtraJars.use(Map.of(ExtraJars.VARIABLE, empty + "/not")))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("is not a folder that can be read: NoSuchFile");
    assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
  }

  private List<String> in(Thread.Builder threads) throws Exception {
    var task = new FutureTask<>(this::problems);
    threads.start(task);
    return task.get();
  }

  private List<String> problems() {
    try {
      SettingsCheck.require(config);
      return List.of();
    } catch (InvalidConfigException e) {
      return e.problems().stream().map(Problem::toString).toList();
    }
  }

  private Path jars() throws Exception {
    Path jars = Files.createDirectory(folder.resolve("jars"));
    OperatorJar.write(jars, "Cloud", CLOUD);
    return jars;
  }
}
