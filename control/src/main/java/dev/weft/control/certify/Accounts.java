package dev.weft.control.certify;

import static java.util.Objects.requireNonNull;

import dev.weft.control.token.JoinTokens;
import dev.weft.control.token.Machines;

/**
 * What certificates are issued with: what is asked and written down before one is handed out.
 *
 * @param tokens let workloads and machines in, once each
 * @param machines that joined from outside
 * @param descents which certificate came of which
 * @param residents who is a workload of the mesh
 */
public record Accounts(JoinTokens tokens, Machines machines, Descents descents, Residents residents) {
    public Accounts {
        requireNonNull(tokens, "tokens");
        requireNonNull(machines, "machines");
        requireNonNull(descents, "descents");
        requireNonNull(residents, "residents");
    }
}
