package dev.weft.cli.mesh;

import dev.weft.api.v1.LeafInfo;
import dev.weft.api.v1.Machine;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A machine that joined, as a document.
 *
 * @param id of the token by which it joined
 * @param workload that it is; absent where the token was for any workload of the identity
 * @param state {@code renewing}, {@code ended} or {@code revoked}
 * @param address from which it asked for its last certificate
 * @param serialNumber of that, hexadecimal
 * @param revoked when an operator ended the machine; absent where that was not done, or what is revoked is its identity
 * @param revokedBy the revocation that refuses its certificate, where the machine itself is not revoked
 * @param addresses those of its workload
 * @param connected whether its sidecar is
 * @param since since when it is connected, or is not any more; absent if it was not since the control plane started
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

    /** From what the control plane said, at that moment. */
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

    /** Its workload, or its id where that is not known. */
    public String name() {
        return workload == null ? id : workload;
    }
}
