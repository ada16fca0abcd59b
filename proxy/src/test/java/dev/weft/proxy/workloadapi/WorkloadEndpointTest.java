package dev.weft.proxy.workloadapi;

import static dev.weft.proxy.workloadapi.ApiFixture.assertStatus;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.spiffe.JWTSVIDRequest;
import dev.weft.api.spiffe.SpiffeWorkloadAPIGrpc;
import dev.weft.api.spiffe.X509SVIDRequest;
import dev.weft.api.spiffe.X509SVIDResponse;
import dev.weft.proxy.control.RpcException;
import dev.weft.proxy.control.RpcException.Code;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The endpoint of the Workload API: where it is served, to whom, and with which statuses. */
class WorkloadEndpointTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private ApiFixture api;

    @BeforeEach
    void start() {
        api = new ApiFixture(directory);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    @DisplayName("WE-01 gRPC on a Unix socket")
    void we01ServesGrpcOnAUnixSocket() {
        assertThat(api.fetch().getSvids(0).getSpiffeId()).isEqualTo(FakeIdentity.ID.toString());
    }

    @Test
    @DisplayName("WE-02 metadata missing, or not exactly true, once")
    void we02RefusesCallsWithoutTheMetadata() {
        for (String[] values :
                new String[][] {{}, {"false"}, {"True"}, {"TRUE"}, {""}, {"true", "true"}, {"true,true"}}) {
            assertStatus(
                    () -> api.stub(values)
                            .fetchX509SVID(X509SVIDRequest.getDefaultInstance())
                            .next(),
                    Status.Code.INVALID_ARGUMENT,
                    "WEFT-S010");
            assertStatus(
                    () -> api.stub(values).fetchJWTSVID(JWTSVIDRequest.getDefaultInstance()),
                    Status.Code.INVALID_ARGUMENT,
                    "WEFT-S010");
        }
    }

    @Test
    @DisplayName("WE-03 no TLS, no credentials of the caller: the kernel says whose process it is")
    void we03AsksTheKernelAndNotTheCaller() throws Exception {
        assertThat(new CallerCheck().isOwn((int) ProcessHandle.current().pid())).isTrue();
        assertThat(new CallerCheck().isOwn(0))
                .as("a process that this one cannot see")
                .isTrue();
        Path proc = directory.resolve("proc");
        for (String process : List.of("self", "7", "8")) {
            Path ns = Files.createDirectories(proc.resolve(process).resolve("ns"));
            Files.createSymbolicLink(ns.resolve("net"), Path.of(process.equals("8") ? "net:[2]" : "net:[1]"));
        }
        assertThat(new CallerCheck(proc).isOwn(7)).isTrue();
        assertThat(new CallerCheck(proc).isOwn(8)).as("of another pod").isFalse();
        assertThat(new CallerCheck(proc).isOwn(9)).as("gone").isFalse();
    }

    @Test
    @DisplayName("WE-05 what a client may retry is Unavailable or PermissionDenied, what it must not is the others")
    void we05AnswersWithStatusesThatTellClientsWhetherToRetry() {
        assertThat(Failure.NOT_NOW.status()).isEqualTo(Code.UNAVAILABLE);
        assertThat(Failure.NO_IDENTITY.status()).isEqualTo(Code.PERMISSION_DENIED);
        assertThat(Failure.NO_METADATA.status()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(Failure.NOT_SERVED.status()).isEqualTo(Code.UNIMPLEMENTED);
        api.identity.failure = new RpcException(RpcException.Code.UNAVAILABLE, "the control plane is away");
        assertStatus(api::fetch, Status.Code.UNAVAILABLE, "WEFT-S013");
    }

    @Test
    @DisplayName("WE-06 the service is the standard's and no more")
    void we06ServesTheStandardsMethodsOnly() {
        assertStatus(() -> unknown("SpiffeWorkloadAPI/FetchEverything"), Status.Code.UNIMPLEMENTED, "WEFT-S016");
        assertStatus(() -> unknown("weft.v1.Identity/Certify"), Status.Code.UNIMPLEMENTED, "WEFT-S016");
    }

    @ParameterizedTest
    @ValueSource(strings = {"FetchWITSVID", "FetchWITBundles"})
    @DisplayName("WA-09 the WIT profile is not served")
    void wa09DoesNotServeTheWitProfile(String method) {
        assertStatus(() -> unknown("SpiffeWorkloadAPI/" + method), Status.Code.UNIMPLEMENTED, "WEFT-S016");
    }

    private void unknown(String method) {
        MethodDescriptor<X509SVIDRequest, X509SVIDResponse> descriptor =
                SpiffeWorkloadAPIGrpc.getFetchX509SVIDMethod().toBuilder()
                        .setFullMethodName(method)
                        .build();
        Iterator<X509SVIDResponse> answers = ClientCalls.blockingServerStreamingCall(
                ClientInterceptors.intercept(
                        api.channel(), MetadataUtils.newAttachHeadersInterceptor(ApiFixture.metadata("true"))),
                descriptor,
                CallOptions.DEFAULT,
                X509SVIDRequest.getDefaultInstance());
        answers.next();
    }
}
