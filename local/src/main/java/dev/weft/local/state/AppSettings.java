package dev.weft.local.state;

import java.util.Map;
import java.util.Optional;

/**
 * How the application of a workload runs, for other commands that must run in the same way.
 *
 * @param user user and group names or numbers; empty for the user who runs the mesh
 * @param environment its complete environment
 */
public record AppSettings(Optional<String> user, Map<String, String> environment) {

    public AppSettings {
        environment = Map.copyOf(environment);
    }

    /** Leaves out the environment, which may hold secrets. */
    @Override
    public String toString() {
        return "AppSettings[user=" + user + "]";
    }
}
