package dev.ringpost.directory.table;

/**
 * A reader that is shown a device with its user and value, as bytes that it must not keep, under a
 * lock.
 */
interface OwnerReader {

  /**
   * Shows one device.
   *
   * @param from holds the user, the device and its payload, one after the other
   * @param user where the user begins
   * @param device where the device begins
   * @param payload where the payload begins
   * @param end where the payload ends
   */
  void entry(byte[] from, int user, int device, int payload, int end);
}
