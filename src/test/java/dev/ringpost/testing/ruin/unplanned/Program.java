package dev.ringpost.testing.ruin.unplanned;

/** A program that uses one class of its package and leaves the others to nobody. */
final class Program {

  private Program() {}

  public static void main(String[] arguments) {
    System.out.println(new ShowsHidden(new ShowsHidden.Hidden()));
  }
}
