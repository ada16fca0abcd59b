package dev.weft.cli.mesh;

import dev.weft.api.v1.LeafInfo;
import dev.weft.api.v1.Machine;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A machine that joined, as a document.
 *
 * @param id id of the token by which it joined
 * @param workload the workload that it is; null where the token was for any workload of the identity
 * @param state {@code renewing}, {@code ended} or {@code revoked}
 * @param renewed when its last certificate was issued
 * @param address the address from which it asked for its last certificate
 * @param serialNumber serial number of its last certificate, hexadecimal
 * @param certificateEnds when its last certificate expires
 * @param revoked when an operator revoked the machine; null if not, also where only its identity or certificate is
 *     revoked
 * @param revokedBy id of the revocation that refuses its certificate; null where there is none, and where the machine
 *     itself is revoked
 * @param since when it connected or disconnected; null if it was not connected since the control plane started
 */
public record MachineStatus(
        String id,
        String identity,
        @Nullable String workload,
        String state,
        Instant joined,
        String joinedFrom,
        Instant renewed,
        String address,
        long renewals,
        String serialNumber,
        Instant certificateEnds,
        @Nullable Instant revoked,
        @Nullable String revokedBy,
        List<String> addresses,
        boolean connected,
        @Nullable Instant since) {

    /** The state of a machine that gets no certificate any more, and whose certificates no peer accepts. */
    public static final String REVOKED = "revoked";

    public MachineStatus {
        addresses = List.copyOf(addresses);
    }

    /** Makes the document from the control plane's answer, at this moment. */
    public static MachineStatus of(Machine machine, Instant now, RevokedLeaves revocations) {
        Instant ends = moment(machine.getCertificateEnds());
        boolean shutOut = machine.getRevoked() != 0;
        @Nullable
        String by = shutOut
                ? null
                : revocations
                        .of(LeafInfo.newBuilder()
                                .setIdentity(machine.getToken().getIdentity())
                                .setSerialNumber(machine.getSerialNumber())
                                .setNotBefore(machine.getRenewed())
                                .build())
                        .map(revocation -> revocation.revocation().getId())
                        .orElse(null);
        return new MachineStatus(
                machine.getToken().getId(),
                machine.getToken().getIdentity(),
                machine.getToken().getWorkload().isEmpty()
                        ? null
                        : machine.getToken().getWorkload(),
                shutOut || by != null ? REVOKED : ends.isAfter(now) ? "renewing" : "ended",
                moment(machine.getToken().getUse().getAt()),
                machine.getToken().getUse().getAddress(),
                moment(machine.getRenewed()),
                machine.getAddress(),
                machine.getRenewals(),
                machine.getSerialNumber(),
                ends,
                shutOut ? moment(machine.getRevoked()) : null,
                by,
                machine.getAddressesList(),
                machine.getConnected(),
                machine.getSince() == 0 ? null : moment(machine.getSince()));
    }

    private static Instant moment(long seconds) {
        return Instant.ofEpochSecond(seconds);
    }

    /** Returns the workload, or the id where the workload is not known. */
    public String name() {
        return workload == null ? id : workload;
    }
}
