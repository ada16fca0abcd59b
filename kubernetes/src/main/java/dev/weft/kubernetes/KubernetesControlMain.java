package dev.weft.kubernetes;

import dev.weft.control.ControlProgram;

/**
 * The main class of the control plane on Kubernetes. Exit status: 1 if it cannot start, 2 if its arguments are wrong.
 */
public final class KubernetesControlMain {

    private KubernetesControlMain() {}

    /** Runs the program. {@code --help} lists its arguments. */
    public static void main(String[] arguments) throws InterruptedException {
        ControlProgram.run(arguments, KubernetesHome::open);
    }
}
