package dev.weft.mesh.select;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Protocol;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PortProtocolsTest {

    @ParameterizedTest
    @CsvSource({
        "http, , PROTOCOL_HTTP1",
        "kubernetes.io/ws, , PROTOCOL_HTTP1",
        "http2, , PROTOCOL_HTTP2",
        "kubernetes.io/h2c, , PROTOCOL_HTTP2",
        "grpc, , PROTOCOL_GRPC",
        "tcp, http, PROTOCOL_TCP",
        "https, http, PROTOCOL_TCP",
        "mysql, http, PROTOCOL_UNSPECIFIED",
        ", http, PROTOCOL_HTTP1",
        ", http-api, PROTOCOL_HTTP1",
        ", http2-api, PROTOCOL_HTTP2",
        ", grpc-query, PROTOCOL_GRPC",
        ", https, PROTOCOL_TCP",
        ", httpd, PROTOCOL_UNSPECIFIED",
        ", web-http, PROTOCOL_UNSPECIFIED",
        ", HTTP, PROTOCOL_UNSPECIFIED",
        ", , PROTOCOL_UNSPECIFIED"
    })
    void theAppProtocolCountsAndElseTheName(@Nullable String appProtocol, @Nullable String name, Protocol expected) {
        assertThat(PortProtocols.at(appProtocol, name)).isEqualTo(expected);
    }
}
