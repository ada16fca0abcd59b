package dev.weft.e2e.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** No file is longer than 300 lines and no method than 40, but for those named here, each group with its reason. */
final class LengthsTest {

    private static final int MOST_OF_A_FILE = 300;
    private static final int MOST_OF_A_METHOD = 40;

    private static final Named LONG_FILES = new Named(Map.of(
            "to be split by responsibility, with what they work with",
            Set.of("FederationClient", "FileRegistry", "Machines", "PeerTunnels", "Relay", "Rotations", "WatchStream"),
            "many short cases of one subject, on one setting",
            Set.of(
                    "AnalyzeCommandTest",
                    "BrokenRegistryTest",
                    "BundleServerTest",
                    "CertifyTest",
                    "ClustersTest",
                    "DamageTest",
                    "DirectoryIssuerTest",
                    "FederationClientTest",
                    "GrpcJavaTest",
                    "GrpcSpreadTest",
                    "HostileClientTest",
                    "HostileFramesTest",
                    "HostilePeerTest",
                    "HostileRequestsTest",
                    "Http1GateTest",
                    "IssuerInstallationTest",
                    "JoinServiceTest",
                    "JoinTest",
                    "JwtSvidVerifierTest",
                    "LocalMeshTest",
                    "MeshCompilerTest",
                    "MeshSubscriptionTest",
                    "NamesTest",
                    "PolicyBookTest",
                    "ProofAnewTest",
                    "RegistryFilesTest",
                    "RequestBalancingTest",
                    "RequestIndexTest",
                    "RequestProgramsTest",
                    "RotationCommandsTest",
                    "RotationTest",
                    "RouteReaderTest",
                    "RoutedAttemptsTest",
                    "SpiffeBundlesTest",
                    "StreamedRequestsTest",
                    "SubscriptionTest",
                    "TrustCommandTest",
                    "TrustKindsTest",
                    "TrustSourceTest",
                    "WatchTest"),
            "the whole other side of a protocol, as a fake",
            Set.of("FakeControlPlane", "FakeProxy", "RawTunnel")));

    private static final Named LONG_METHODS = new Named(Map.of(
            "wires parts, one after the other",
            Set.of("Wiring.Wiring", "Side.Side"),
            "a text in full, as it must be",
            Set.of(
                    "CaptureRulesTest.capturesAllTcpButTheSidecarsOwn",
                    "CaptureRulesTest.leavesNamedPortsUsersAndDestinationsAlone",
                    "DamageTest.write",
                    "DamageTest.writeState",
                    "PsCommandTest.showsWorkloadsAndServices",
                    "RouteReaderTest.anHttpRouteIsReadWhole",
                    "StatusCommandTest.showsTheMachinesThatJoined",
                    "TextReportTest.tablesSetEveryPairInRelationToHaproxy"),
            "one story, told in its order",
            Set.of(
                    "ClustersTest.aDisabledTrustDomainIsShutOutAndNobodyElseFeelsIt",
                    "DamageTest.aDamagedStateDirectoryLoosensNothing",
                    "FailureTest.aControlPlaneThatFreezesIsToldOfEarlyAndAllComesBackByItself",
                    "FederationTest.anEndpointOfTheWebIsFollowedAndWhenItTurnsHostileTheLastBundleStays",
                    "FlushesTest.aRequestLeavesWithTheFirstBytesOfItsConnection",
                    "IssuerDirectoryRotationTest.theAnchorIsRotatedWhenTheOutsideAuthorityHasSignedUnderTheNextOne",
                    "IssuingRateTest.issuesDistinctSerialsAtARateWorthKnowing",
                    "LifecycleTest.anOrdinaryUserHasAMeshToo",
                    "MeshWireFuzzTest.nothingOfTheFutureOpensAWorkload",
                    "RegistryMeshTest.tellsOfEachTrustDomainAndDropsRevocationsWhenTheyEnd",
                    "RegistryMeshTest.turnsTheFilesIntoWhatProxiesAreToldAndFollowsThem")));

    @Test
    void noOtherFileIsLong() {
        LONG_FILES.assertAre(
                Source.all().stream()
                        .filter(source -> source.lines().size() > MOST_OF_A_FILE)
                        .map(Source::name)
                        .collect(Collectors.toSet()),
                "a file has " + MOST_OF_A_FILE + " lines at most");
    }

    @Test
    void noOtherMethodIsLong() throws IOException {
        LONG_METHODS.assertAre(
                Methods.of(Source.all()).stream()
                        .filter(method -> method.lines() > MOST_OF_A_METHOD)
                        .map(Methods.Method::name)
                        .collect(Collectors.toSet()),
                "a method has " + MOST_OF_A_METHOD + " lines at most");
    }

    @Test
    void countsTheLinesOfABody() throws IOException {
        Source source = new Source(
                Path.of("Two.java"),
                "two",
                List.of(
                        "class Two {",
                        "    Two() {}",
                        "    @Deprecated",
                        "    int one() {",
                        "        return 1;",
                        "    }",
                        "}"));
        Map<String, Long> lines = new TreeMap<>();
        Methods.of(List.of(source)).forEach(method -> lines.put(method.name(), method.lines()));
        assertThat(lines).containsExactly(Map.entry("Two.Two", 1L), Map.entry("Two.one", 3L));
    }
}
