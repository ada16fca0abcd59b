package dev.weft.identity.svid;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * Tells which of all that have an identity a certificate is for.
 *
 * @param workload the workload; empty if that is not known
 * @param machine the machine, if it joined from outside
 */
public record Holder(Optional<WorkloadMark> workload, Optional<MachineMark> machine) {

    /** Nothing but the identity is known. */
    public static final Holder UNKNOWN = new Holder(Optional.empty(), Optional.empty());

    private static final byte[] NOTHING = {};

    public Holder {
        requireNonNull(workload, "workload");
        requireNonNull(machine, "machine");
    }

    /** Returns the holder that is this workload. */
    public static Holder of(WorkloadMark workload) {
        return new Holder(Optional.of(workload), Optional.empty());
    }

    /** Returns the certificate's extension that names the holder, in DER; no bytes if the holder is not known. */
    public byte[] extension() {
        byte[][] attributes = Stream.concat(
                        workload.map(WorkloadMark::attribute).stream(), machine.map(MachineMark::attribute).stream())
                .toArray(byte[][]::new);
        return attributes.length == 0 ? NOTHING : SubjectAttributes.extension(attributes);
    }
}
