package dev.weft.cli.check;

import dev.weft.api.v1.ListMachinesResponse;
import dev.weft.api.v1.ListRevocationsResponse;
import dev.weft.api.v1.ProxyInfo;
import dev.weft.api.v1.ShowTrustResponse;
import dev.weft.api.v1.TrustDomainInfo;
import dev.weft.cli.mesh.MeshRef;
import dev.weft.cli.mesh.SidecarStatus;
import dev.weft.files.yaml.Parsed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a mesh looked like at one moment, from where the command runs.
 *
 * @param mesh how it is named
 * @param now by this machine's clock
 * @param registryErrors what is wrong with its objects as they were written
 * @param withoutControlPlane whether it has none, as no workload is meshed
 * @param trust what the control plane said
 * @param domains what the control plane said of trust domains
 * @param revocations what the control plane said is revoked
 * @param machines what the control plane said of the machines that joined from outside
 * @param files the mesh's files as they are now
 * @param sidecars the answer, or silence, of each meshed workload's sidecar
 */
public record Observation(
        MeshRef mesh,
        Instant now,
        List<String> registryErrors,
        boolean withoutControlPlane,
        Heard<ShowTrustResponse> trust,
        Heard<List<TrustDomainInfo>> domains,
        Heard<ListRevocationsResponse> revocations,
        Heard<ListMachinesResponse> machines,
        List<Parsed> files,
        List<Heard<SidecarStatus>> sidecars) {

    public Observation {
        registryErrors = List.copyOf(registryErrors);
        files = List.copyOf(files);
        sidecars = List.copyOf(sidecars);
    }

    /** Whether there is no control plane because nothing needs one: no workload is meshed. */
    boolean unmeshed() {
        return trust.answer().isEmpty() && withoutControlPlane;
    }

    /** The workloads, as {@code namespace/name}, whose sidecars are not connected to the control plane. */
    public Set<String> unconnected() {
        return trust.answer().stream()
                .flatMap(said -> said.getProxiesList().stream())
                .filter(proxy -> !proxy.getConnected())
                .map(ProxyInfo::getWorkload)
                .collect(Collectors.toSet());
    }

    /** The same without those of these workloads whose sidecars are not connected. */
    public Observation without(Set<String> workloads) {
        Set<String> gone = unconnected();
        gone.retainAll(workloads);
        Optional<ShowTrustResponse> said = trust.answer()
                .map(answer -> answer.toBuilder()
                        .clearProxies()
                        .addAllProxies(answer.getProxiesList().stream()
                                .filter(proxy -> !gone.contains(proxy.getWorkload()))
                                .toList())
                        .build());
        return new Observation(
                mesh,
                now,
                registryErrors,
                withoutControlPlane,
                new Heard<>(trust.from(), said, trust.silence(), trust.asked(), trust.took()),
                domains,
                revocations,
                machines,
                files,
                sidecars.stream()
                        .filter(sidecar -> !gone.contains(sidecar.from()))
                        .toList());
    }

    /** Whether sidecars answered and none said what it takes in plaintext: in a cluster they are not asked themselves. */
    boolean modesUntold() {
        return sidecars.stream().anyMatch(sidecar -> sidecar.answer().isPresent())
                && sidecars.stream()
                        .flatMap(sidecar -> sidecar.answer().stream())
                        .allMatch(status -> status.inbound() == null);
    }

    /**
     * An answer, or silence.
     *
     * @param from who was asked: a workload as {@code namespace/name}, or the control plane
     * @param answer absent when there was none
     * @param silence why there was none; empty when there was
     * @param asked when, by this machine's clock
     * @param took how long the answer, or giving up, took
     */
    public record Heard<T>(String from, Optional<T> answer, String silence, Instant asked, Duration took) {

        /** An answer. */
        public static <T> Heard<T> answer(String from, T answer, Instant asked, Duration took) {
            return new Heard<>(from, Optional.of(answer), "", asked, took);
        }

        /** None. */
        public static <T> Heard<T> silence(String from, String why, Instant asked, Duration took) {
            return new Heard<>(from, Optional.empty(), why, asked, took);
        }

        /** How far a clock was from this machine's, at least: nothing if what it said lies within asking and answer. */
        Duration skew(Instant said) {
            if (said.isBefore(asked)) {
                return Duration.between(said, asked);
            }
            Instant answered = asked.plus(took);
            return said.isAfter(answered) ? Duration.between(answered, said) : Duration.ZERO;
        }
    }
}
