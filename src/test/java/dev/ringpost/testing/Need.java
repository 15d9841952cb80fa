package dev.ringpost.testing;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.testcontainers.DockerClientFactory;

/** A thing that some tests need and not every machine has. */
public enum Need {
  CHROMIUM("no program chromium is on the PATH") {
    @Override
    public boolean isMet() {
      return isOnPath("chromium");
    }
  },
  CONFLUENT_KAFKA("Debian's python3-confluent-kafka is not installed") {
    @Override
    public boolean isMet() {
      return Files.isDirectory(
          Path.of("/usr", "lib", "python3", "dist-packages", "confluent_kafka"));
    }
  },
  DOCKER("no Docker engine answers") {
    @Override
    public boolean isMet() {
      try {
        return DockerClientFactory.instance().isDockerAvailable();
      } catch (RuntimeException _) {
        // An engine that answers, and cannot get the images that Testcontainers itself wants.
        return false;
      }
    }
  },
  KAFKAJS("no program node is on the PATH, or npm ci has not run in examples/node") {
    @Override
    public boolean isMet() {
      return isOnPath("node")
          && Files.isDirectory(Path.of("examples", "node", "node_modules", "kafkajs"));
    }
  },
  KAMAILIO("the programs kamailio and sipp are not on the PATH") {
    @Override
    public boolean isMet() {
      return isOnPath("kamailio") && isOnPath("sipp");
    }
  },
  KAMAILIO_KAFKA(
      "kamailio or sipp is not on the PATH, or target/kamailio has no module kafka.so"
          + " (.ci/run builds it by examples/kamailio/kafka-module)") {
    @Override
    public boolean isMet() {
      return KAMAILIO.isMet() && Files.exists(Path.of("target", "kamailio", "kafka.so"));
    }
  },
  KCAT("no program kcat is on the PATH") {
    @Override
    public boolean isMet() {
      return isOnPath("kcat");
    }
  },
  KUBECTL("no program kubectl is on the PATH") {
    @Override
    public boolean isMet() {
      return isOnPath("kubectl");
    }
  },
  NODE("no program node is on the PATH") {
    @Override
    public boolean isMet() {
      return isOnPath("node");
    }
  },
  OPENSSL("no program openssl is on the PATH") {
    @Override
    public boolean isMet() {
      return isOnPath("openssl");
    }
  },
  FORMER_VERSION(
      "no jar of a former version is in target/former (.ci/run builds one; the property"
          + " ringpost.former names another folder)") {
    @Override
    public boolean isMet() {
      return Files.exists(FormerVersion.jar());
    }
  },
  PACKET_FILTER("iptables sets no rule that loses packets, for which it must be root") {
    @Override
    public boolean isMet() {
      return LostPackets.arePossible();
    }
  },
  PROMETHEUS("the programs prometheus and promtool are not on the PATH") {
    @Override
    public boolean isMet() {
      return isOnPath("prometheus") && isOnPath("promtool");
    }
  },
  SCRIPT("the programs script and stty are not on the PATH") {
    @Override
    public boolean isMet() {
      return isOnPath("script") && isOnPath("stty");
    }
  };

  private final String lack;

  Need(String lack) {
    this.lack = lack;
  }

  /** Whether this machine has it. */
  public abstract boolean isMet();

  private static boolean isOnPath(String program) {
    String path = System.getenv().getOrDefault("PATH", "");
    return Arrays.stream(path.split(File.pathSeparator, -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  /** What is wrong where it is not met. */
  public String lack() {
    return lack;
  }
}
