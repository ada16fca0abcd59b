package dev.weft.local.state;

import java.util.Map;
import java.util.Optional;

/**
 * How the application of a workload runs, for whatever else is to run as it does.
 *
 * @param user user and group names or numbers; empty for the user who runs the mesh
 * @param environment its environment, whole
 */
public record AppSettings(Optional<String> user, Map<String, String> environment) {

    public AppSettings {
        environment = Map.copyOf(environment);
    }

    /** Without the environment: it may hold secrets. */
    @Override
    public String toString() {
        return "AppSettings[user=" + user + "]";
    }
}
