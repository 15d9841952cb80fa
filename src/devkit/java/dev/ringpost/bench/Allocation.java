package dev.ringpost.bench;

import com.sun.management.ThreadMXBean;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * The count of what another JVM has allocated: the sum of all its threads, ended ones too, as its
 * own management bean counts it. It is asked by JMX through the local attach, so that the JVM needs
 * no flag and no agent of ours; a question costs it some kilobytes.
 */
final class Allocation implements AutoCloseable {

  private final JMXConnector connector;
  private final ThreadMXBean threads;

  private Allocation(JMXConnector connector, ThreadMXBean threads) {
    this.connector = connector;
    this.threads = threads;
  }

  /** Attaches to a JVM of the same user, which alone could tell a wrong address. */
  @SuppressWarnings("BanJNDI")
  static Allocation of(long pid) {
    try {
      VirtualMachine jvm = VirtualMachine.attach(Long.toString(pid));
      try {
        JMXConnector connector =
            JMXConnectorFactory.connect(new JMXServiceURL(jvm.startLocalManagementAgent()));
        return new Allocation(
            connector,
            ManagementFactory.getPlatformMXBean(
                connector.getMBeanServerConnection(), ThreadMXBean.class));
      } finally {
        jvm.detach();
      }
    } catch (IOException | AttachNotSupportedException e) {
      throw new IllegalStateException("process " + pid + " does not tell what it allocates", e);
    }
  }

  /** Bytes since the JVM began. */
  long bytes() {
    return threads.getTotalThreadAllocatedBytes();
  }

  @Override
  public void close() {
    try {
      connector.close();
    } catch (IOException _) {
      // The JVM is gone.
    }
  }
}
