package dev.weft.cli.command;

import dev.weft.cli.screen.Screen;
import dev.weft.local.inspect.Meshes;
import java.time.Clock;
import java.util.Map;

/** What the commands need from the process that runs them. */
public record Session(Screen screen, Meshes meshes, Clock clock, Map<String, String> environment) {

    /** Leaves out the environment, which may have a passphrase. */
    @Override
    public String toString() {
        return "Session[screen=" + screen + ", clock=" + clock + "]";
    }
}
