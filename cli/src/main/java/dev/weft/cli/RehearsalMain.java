package dev.weft.cli;

import dev.weft.cli.screen.Screen;
import dev.weft.local.state.StateDirectories;

/**
 * Several commands in one process, for the build: what they load and link goes into the class cache from which the command
 * starts. What they find does not matter. Nothing else runs this.
 */
public final class RehearsalMain {

    private RehearsalMain() {}

    /** Arguments: command lines, words apart by spaces. */
    public static void main(String[] commands) {
        Main.quietLibraries();
        Screen screen = Screen.ofProcess(System.getenv());
        for (String command : commands) {
            String[] words = command.split(" ");
            int _ = Main.commandLine(screen, StateDirectories.ofProcess(), System.getenv(), words)
                    .execute(words);
        }
        System.exit(0);
    }
}
