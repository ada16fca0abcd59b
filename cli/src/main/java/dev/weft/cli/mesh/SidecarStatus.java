package dev.weft.cli.mesh;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A sidecar's answer at {@code /status}. Parts that the sidecar does not have yet are null.
 *
 * @param reasons why it is not ready, or soon will not be
 * @param destinations number of destinations that it knows
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
        int destinations,
        @Nullable Sessions sessions,
        @Nullable Instant startedAt,
        @Nullable Instant now) {

    @SuppressWarnings("ConstantValue") // Jackson passes null for what is not there
    public SidecarStatus {
        reasons = reasons == null ? List.of() : List.copyOf(reasons);
        bundles = bundles == null ? List.of() : List.copyOf(bundles);
    }

    /** The sidecar's connection to the control plane. */
    public record ControlPlane(
            @Nullable String address,
            boolean connected,
            @Nullable Instant since) {}

    /**
     * The sidecar's leaf certificate.
     *
     * @param serialNumber hexadecimal
     * @param renewAt when the next renewal, or the next attempt at one, is due
     * @param failures number of failed renewals in a row
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

    /** The inbound policy that the sidecar enforces. */
    public record Inbound(
            @Nullable String version,
            @Nullable String mode,
            @Nullable List<Integer> udpPorts,
            @Nullable List<String> policies,
            @JsonProperty("default") @Nullable String defaultDecision) {}

    /** One trust bundle that the sidecar holds. */
    public record Bundle(
            String trustDomain,
            long sequence,
            int anchors,
            @Nullable String state) {}

    /** Number of open sessions. */
    public record Sessions(int inbound, int outbound) {}
}
