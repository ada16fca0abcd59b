package dev.weft.cli.check;

import java.util.List;
import java.util.function.Function;

/**
 * A check, which judges an observation of a mesh.
 *
 * @param name stable name, also of its section in {@code docs/check.md}
 */
record Check(String name, Function<Observation, Verdict> judge) {

    /** All checks in the order of printing: a failure of an early one explains failures of later ones. */
    static final List<Check> ALL = List.of(
            new Check("control-plane", MeshChecks::controlPlane),
            new Check("mesh-file", MeshChecks::meshFile),
            new Check("intent", IntentChecks::intent),
            new Check("clocks", MeshChecks::clocks),
            new Check("anchor-end", AuthorityChecks::anchorEnd),
            new Check("issuer-end", AuthorityChecks::issuerEnd),
            new Check("issuer-anchor", AuthorityChecks::issuerAnchor),
            new Check("issuer-directory", AuthorityChecks::issuerDirectory),
            new Check("control-plane-certificate", AuthorityChecks::controlPlaneCertificate),
            new Check("rotation", MeshChecks::rotation),
            new Check("federation", FederationChecks::bundles),
            new Check("other-anchors", FederationChecks::anchors),
            new Check("links", LinkChecks::links),
            new Check("revocations", RevocationChecks::revocations),
            new Check("machines", MachineChecks::machines),
            new Check("revoked", RevocationChecks::workloads),
            new Check("sidecars", WorkloadChecks::sidecars),
            new Check("connected", WorkloadChecks::connected),
            new Check("refusals", WorkloadChecks::refusals),
            new Check("capabilities", CapabilityChecks::policies),
            new Check("routes", CapabilityChecks::routes),
            new Check("bundles", WorkloadChecks::bundles),
            new Check("leaf-end", WorkloadChecks::leafEnd),
            new Check("renewal", WorkloadChecks::renewal),
            new Check("permissive", WorkloadChecks::permissive),
            new Check("udp", DatagramChecks::udp));
}
