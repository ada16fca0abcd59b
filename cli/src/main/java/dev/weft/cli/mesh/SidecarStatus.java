package dev.weft.cli.mesh;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The status of a sidecar: its own answer at {@code /status}, or, in a cluster, what the control plane knows of it.
 * Null stands for what does not exist yet, or is not known.
 *
 * @param reasons why it is not ready, or soon will not be
 * @param version version of the program
 * @param destinations number of destinations that it knows
 * @param startedAt when it was started
 * @param now the time by its clock
 */
public record SidecarStatus(
        String workload,
        @Nullable String identity,
        boolean ready,
        List<String> reasons,
        @Nullable String version,
        @Nullable ControlPlane controlPlane,
        @Nullable Certificate certificate,
        @Nullable Inbound inbound,
        List<Bundle> bundles,
        @Nullable Integer destinations,
        @Nullable Sessions sessions,
        @Nullable Instant startedAt,
        @Nullable Instant now) {

    @SuppressWarnings("ConstantValue") // Jackson passes null for what is not there
    public SidecarStatus {
        reasons = reasons == null ? List.of() : List.copyOf(reasons);
        bundles = bundles == null ? List.of() : List.copyOf(bundles);
    }

    /**
     * The sidecar's connection to the control plane.
     *
     * @param address address of the control plane
     * @param since when it was connected, or was disconnected
     */
    public record ControlPlane(
            @Nullable String address,
            boolean connected,
            @Nullable Instant since) {}

    /**
     * The sidecar's leaf certificate.
     *
     * @param serialNumber hexadecimal
     * @param renewAt when the next renewal, or the next attempt at one, is due
     * @param failures number of failed renewals in a row; 1 if their number is not known
     * @param failingSince when the first of these failed
     * @param lastFailure why the last of these failed
     */
    public record Certificate(
            String serialNumber,
            Instant notBefore,
            Instant notAfter,
            @Nullable String issuer,
            @Nullable Instant renewAt,
            int failures,
            @Nullable Instant failingSince,
            @Nullable String lastFailure) {}

    /**
     * The inbound policy that the sidecar enforces.
     *
     * @param version version of the policy
     * @param mode {@code permissive} or {@code strict}
     * @param policies names of the policies that apply
     * @param defaultDecision what is decided where no policy applies
     */
    public record Inbound(
            @Nullable String version,
            @Nullable String mode,
            @Nullable List<Integer> udpPorts,
            @Nullable List<String> policies,
            @JsonProperty("default") @Nullable String defaultDecision) {}

    /**
     * One trust bundle that the sidecar holds.
     *
     * @param sequence number of the bundle's version
     * @param anchors number of trust anchors
     * @param state whether the trust domain is trusted
     */
    public record Bundle(
            String trustDomain,
            long sequence,
            @Nullable Integer anchors,
            @Nullable String state) {}

    /** Number of open sessions. */
    public record Sessions(int inbound, int outbound) {}
}
