"""The flagged sources: each a stack of its own, with a function and what its mapping needs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_amazonmq as amazonmq
from aws_cdk import aws_docdb as docdb
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_msk as msk
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from prove.sample.parts import DEAF, target, tell

NETWORK_ACTIONS = (
    "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs",
)  # fmt: skip
USER = "snapback"


class _SourceStack(cdk.Stack):
    """A function, and the part that its source and the source's network have in common."""

    def __init__(self, scope: Construct, construct_id: str, **kwargs: Any) -> None:
        super().__init__(scope, construct_id, **kwargs)
        self.function = target(self, "Function", DEAF)

    def _network(self) -> tuple[ec2.Vpc, ec2.SecurityGroup]:
        """A network without a way out; Lambda's pollers reach its own service through endpoints."""
        vpc = ec2.Vpc(
            self,
            "Vpc",
            max_azs=2,
            nat_gateways=0,
            subnet_configuration=[
                ec2.SubnetConfiguration(name="inside", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
            ],
        )
        group = ec2.SecurityGroup(self, "Group", vpc=vpc)
        group.add_ingress_rule(group, ec2.Port.all_traffic())
        for name in ("LAMBDA_", "STS", "SECRETS_MANAGER"):
            vpc.add_interface_endpoint(
                name.title().replace("_", ""),
                service=getattr(ec2.InterfaceVpcEndpointAwsService, name),
                security_groups=[group],
            )
        return vpc, group

    def _secret(self) -> secretsmanager.Secret:
        template = json.dumps({"username": USER})
        secret = secretsmanager.Secret(
            self,
            "Secret",
            generate_secret_string=secretsmanager.SecretStringGenerator(
                secret_string_template=template,
                generate_string_key="password",
                exclude_punctuation=True,
            ),
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        secret.grant_read(self.function)
        return secret

    def _may(self, *actions: str) -> None:
        self.function.add_to_role_policy(
            iam.PolicyStatement(actions=[*actions, *NETWORK_ACTIONS], resources=["*"])
        )

    def _mapping(self, *after: Construct, **settings: Any) -> None:
        """Its mapping; a stack's own, so that it is made when the source is ready."""
        mapping = lambda_.CfnEventSourceMapping(
            self, "Mapping", function_name=self.function.function_name, **settings
        )
        mapping.node.add_dependency(self.function.role or self.function, *after)
        tell(self, FunctionName=self.function.function_name, Uuid=mapping.ref)


class MskStack(_SourceStack):
    """A serverless MSK cluster with IAM authentication."""

    def __init__(self, scope: Construct, construct_id: str, **kwargs: Any) -> None:
        super().__init__(scope, construct_id, **kwargs)
        vpc, group = self._network()
        cluster = msk.CfnServerlessCluster(
            self,
            "Cluster",
            cluster_name=self.stack_name,
            client_authentication=msk.CfnServerlessCluster.ClientAuthenticationProperty(
                sasl=msk.CfnServerlessCluster.SaslProperty(
                    iam=msk.CfnServerlessCluster.IamProperty(enabled=True)
                )
            ),
            vpc_configs=[
                msk.CfnServerlessCluster.VpcConfigProperty(
                    subnet_ids=[each.subnet_id for each in vpc.isolated_subnets],
                    security_groups=[group.security_group_id],
                )
            ],
        )
        self._may("kafka:DescribeClusterV2", "kafka:GetBootstrapBrokers", "kafka-cluster:*")
        self._mapping(event_source_arn=cluster.ref, topics=["proof"], starting_position="LATEST")


class MqStack(_SourceStack):
    """A small ActiveMQ broker that is reached over the internet, so that it needs no network."""

    def __init__(self, scope: Construct, construct_id: str, **kwargs: Any) -> None:
        super().__init__(scope, construct_id, **kwargs)
        secret = self._secret()
        broker = amazonmq.CfnBroker(
            self,
            "Broker",
            broker_name=self.stack_name,
            deployment_mode="SINGLE_INSTANCE",
            engine_type="ACTIVEMQ",
            engine_version="5.18",
            host_instance_type="mq.t3.micro",
            auto_minor_version_upgrade=True,
            publicly_accessible=True,
            users=[
                amazonmq.CfnBroker.UserProperty(
                    username=USER,
                    password=secret.secret_value_from_json("password").unsafe_unwrap(),
                )
            ],
        )
        self._may("mq:DescribeBroker")
        self._mapping(
            event_source_arn=broker.attr_arn,
            queues=["proof"],
            source_access_configurations=[
                {"type": "BASIC_AUTH", "uri": secret.secret_arn},
            ],
        )


class DocumentDbStack(_SourceStack):
    """A DocumentDB cluster of one small instance."""

    def __init__(self, scope: Construct, construct_id: str, **kwargs: Any) -> None:
        super().__init__(scope, construct_id, **kwargs)
        vpc, group = self._network()
        secret = self._secret()
        subnets = docdb.CfnDBSubnetGroup(
            self,
            "Subnets",
            db_subnet_group_description="of the proof",
            subnet_ids=[each.subnet_id for each in vpc.isolated_subnets],
        )
        cluster = docdb.CfnDBCluster(
            self,
            "Cluster",
            master_username=USER,
            master_user_password=secret.secret_value_from_json("password").unsafe_unwrap(),
            db_subnet_group_name=subnets.ref,
            vpc_security_group_ids=[group.security_group_id],
            storage_encrypted=True,
        )
        instance = docdb.CfnDBInstance(
            self, "Instance", db_cluster_identifier=cluster.ref, db_instance_class="db.t3.medium"
        )
        self._may("rds:DescribeDBClusters", "rds:DescribeDBClusterParameters",
                  "rds:DescribeDBSubnetGroups")  # fmt: skip
        arn = self.format_arn(
            service="rds", resource="cluster", resource_name=cluster.ref,
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )  # fmt: skip
        self._mapping(
            instance,
            event_source_arn=arn,
            starting_position="LATEST",
            document_db_event_source_config={"database_name": "proof"},
            source_access_configurations=[{"type": "BASIC_AUTH", "uri": secret.secret_arn}],
        )


STACKS: Mapping[str, Callable[..., cdk.Stack]] = {
    "msk": MskStack, "mq": MqStack, "docdb": DocumentDbStack,
}  # fmt: skip
