package dev.weft.kubernetes;

import dev.weft.control.ControlProgram;

/** The control plane's program on Kubernetes. Exit status: 1 if it cannot start, 2 if its arguments are wrong. */
public final class KubernetesControlMain {

    private KubernetesControlMain() {}

    /** Runs the program. {@code --help} says what its arguments are. */
    public static void main(String[] arguments) throws InterruptedException {
        ControlProgram.run(arguments, KubernetesHome::open);
    }
}
