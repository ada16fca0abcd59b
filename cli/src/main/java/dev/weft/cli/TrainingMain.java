package dev.weft.cli;

import dev.weft.cli.screen.ProcessOutput;
import dev.weft.cli.screen.Screen;
import dev.weft.local.state.StateDirectories;

/**
 * Runs several commands in one process, for the build only: the classes that they load and link go into the class cache
 * from which the command starts. Their results do not matter.
 */
public final class TrainingMain {

    private TrainingMain() {}

    /** Arguments: command lines, their words separated by spaces. */
    public static void main(String[] commands) {
        Main.quietLibraries();
        Screen screen = Screen.ofProcess(ProcessOutput.ofProcess(), System.getenv());
        for (String command : commands) {
            String[] words = command.split(" ");
            int _ = Main.commandLine(screen, StateDirectories.ofProcess(), System.getenv(), words)
                    .execute(words);
        }
        System.exit(0);
    }
}
