"""What `benches/footprint` measures; see there. Python's standard library only."""

import datetime
import hashlib
import hmac
import http.client
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time

START_GOAL_MS = 300
MEMORY_GOAL_MIB = 40
KEYS = 1000
# Starts that are measured: the first makes the root key and the database, the others open them.
STARTS = 10
# How long the server is left alone before its memory is read, in seconds: two rounds of its sweeper.
IDLE_SECONDS = 12


class Server:
    def __init__(self, binary, data):
        self.began = time.monotonic()
        command = [binary, "dev", "--listen", "127.0.0.1:0", "--data", data, "--log", "error"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        for line in self.process.stdout:
            found = re.search(r"AWS_ENDPOINT_URL=http://([\d.]+):(\d+)", line)
            if found:
                self.host, self.port = found.group(1), int(found.group(2))
                break
        else:
            sys.exit("the server did not start")
        self.connection = http.client.HTTPConnection(self.host, self.port, timeout=60)

    def call(self, operation, request):
        body = json.dumps(request).encode()
        self.connection.request("POST", "/", body, self.signed(operation, body))
        response = self.connection.getresponse()
        answer = response.read()
        if response.status != 200:
            sys.exit(f"{operation}: {response.status} {answer.decode()}")
        return json.loads(answer)

    def signed(self, operation, body):
        date = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        headers = {
            "content-type": "application/x-amz-json-1.1",
            "host": f"{self.host}:{self.port}",
            "x-amz-date": date,
            "x-amz-target": f"TrentService.{operation}",
        }
        names = ";".join(headers)
        lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
        canonical = f"POST\n/\n\n{lines}\n{names}\n{hashlib.sha256(body).hexdigest()}"
        scope = f"{date[:8]}/us-east-1/kms/aws4_request"
        to_sign = f"AWS4-HMAC-SHA256\n{date}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        key = b"AWS4test"
        for part in (*scope.split("/"), to_sign):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        credential = f"AWS4-HMAC-SHA256 Credential=test/{scope}, SignedHeaders={names}, Signature={key.hex()}"
        return {**headers, "authorization": credential}

    def first_answer_ms(self):
        self.call("ListKeys", {})
        return (time.monotonic() - self.began) * 1000

    def resident_mib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1)) / 1024

    def stop(self):
        self.process.terminate()
        self.process.wait(60)


def report(what, value, unit, goal):
    verdict = "within" if value <= goal else "BEYOND"
    print(f"{what:52} {value:7.1f} {unit}   {verdict} the goal of {goal} {unit}")


def main(binary):
    with tempfile.TemporaryDirectory() as folder:
        data = f"{folder}/data"
        starts = []
        for _ in range(STARTS):
            server = Server(binary, data)
            starts.append(server.first_answer_ms())
            server.stop()
        report("first start, new data, to the first answer", starts[0], "ms", START_GOAL_MS)
        report("slowest of the later starts, to the first answer", max(starts[1:]), "ms", START_GOAL_MS)

        server = Server(binary, data)
        server.first_answer_ms()
        print(f"{'resident with no key':52} {server.resident_mib():7.1f} MiB")
        for index in range(KEYS):
            key_id = server.call("CreateKey", {"Description": f"key {index}"})["KeyMetadata"]["KeyId"]
            server.call("Encrypt", {"KeyId": key_id, "Plaintext": "c2VjcmV0"})
        print(f"{f'resident with {KEYS} keys, each just used':52} {server.resident_mib():7.1f} MiB")
        time.sleep(IDLE_SECONDS)
        report(f"resident with {KEYS} keys, idle", server.resident_mib(), "MiB", MEMORY_GOAL_MIB)
        server.stop()

        server = Server(binary, data)
        report(f"start with {KEYS} keys, to the first answer", server.first_answer_ms(), "ms", START_GOAL_MS)
        server.stop()


main(sys.argv[1])
