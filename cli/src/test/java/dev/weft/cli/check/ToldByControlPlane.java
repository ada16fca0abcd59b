package dev.weft.cli.check;

import dev.weft.cli.check.Observation.Reply;
import dev.weft.cli.mesh.SidecarStatus;

/** An observation as of a cluster, where the control plane tells of sidecars what it knows. */
final class ToldByControlPlane {

    private ToldByControlPlane() {}

    static Observation of(Observation seen) {
        return new Observation(
                seen.mesh(),
                seen.now(),
                seen.registryErrors(),
                seen.withoutControlPlane(),
                seen.trust(),
                seen.domains(),
                seen.revocations(),
                seen.machines(),
                seen.analysis(),
                seen.files(),
                seen.sidecars().stream()
                        .map(heard -> Reply.answer(
                                heard.from(), told(heard.answer().orElseThrow()), heard.asked(), heard.took()))
                        .toList());
    }

    private static SidecarStatus told(SidecarStatus said) {
        return new SidecarStatus(
                said.workload(),
                said.identity(),
                said.ready(),
                said.reasons(),
                said.version(),
                said.controlPlane(),
                said.certificate(),
                null,
                said.bundles(),
                null,
                null,
                null,
                null);
    }
}
