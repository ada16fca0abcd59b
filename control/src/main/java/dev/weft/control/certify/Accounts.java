package dev.weft.control.certify;

import static java.util.Objects.requireNonNull;

import dev.weft.control.token.Machines;

/**
 * What is asked and written down before a certificate is handed out for another one.
 *
 * @param machines that joined from outside
 * @param descents which certificate came of which
 * @param residents who is a workload of the mesh
 */
public record Accounts(Machines machines, Descents descents, Residents residents) {

    public Accounts {
        requireNonNull(machines, "machines");
        requireNonNull(descents, "descents");
        requireNonNull(residents, "residents");
    }
}
