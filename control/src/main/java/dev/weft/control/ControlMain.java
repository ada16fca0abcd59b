package dev.weft.control;

/** The control plane's program over files. Exit status: 1 if it cannot start, 2 if its arguments are wrong. */
public final class ControlMain {

    private ControlMain() {}

    /** Runs the program. {@code --help} lists its arguments. */
    public static void main(String[] arguments) throws InterruptedException {
        ControlProgram.run(ControlFlags.OVER_FILES, arguments, _ -> new FileHome());
    }
}
